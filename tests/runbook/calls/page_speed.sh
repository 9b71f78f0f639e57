# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
curl -w "@curl-format.txt" -o /dev/null -s "https://mariaborysevych.com"
