# Word for word from the runbook of the salon booking system; only this line is ours.
# Check SMTP health
curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq '.checks.smtp'
