// Makes the editor of a salon's own words live: names are put in by a press, and the message beside
// the form follows what is typed. Without this file "Show it" does the same.
import { buttonsForNames } from "./words/names.js";
import { keepShowing } from "./words/preview.js";

const form = document.getElementById("words");
if (form) {
  buttonsForNames(form);
  keepShowing(form);
}
