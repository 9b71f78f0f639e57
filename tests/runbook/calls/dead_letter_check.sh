# Word for word from the runbook of the salon booking system; only this line is ours.
# Check DLQ status
curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq '.checks.queue'
