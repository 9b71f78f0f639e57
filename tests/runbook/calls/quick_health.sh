# Word for word from the runbook of the salon booking system; only this line is ours.
# Quick health check
curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq '.status'

# Check recent logs
netlify functions:logs --name=health | tail -50
