// The price list and the form of a service: order by hand, what minutes come to while somebody
// types, and the picture that was just chosen. Without this file buttons do the same.
import { putInOrderByHand } from "./services/order.js";
import { previewMinutes, previewPicture } from "./services/previews.js";

for (const form of document.querySelectorAll("[data-order-form]")) putInOrderByHand(form);
const service = document.querySelector("[data-service]");
if (service) previewMinutes(service);
const picture = document.querySelector("[data-picture]");
if (picture) previewPicture(picture);
