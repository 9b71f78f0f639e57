# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
curl -f https://mariaborysevych.com/api/health-check
curl -f https://mariaborysevych.com
