# Word for word from the runbook of the salon booking system; only this line is ours.
# Check current performance
curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq '.checks'

# Review Netlify function logs
netlify functions:logs --name=health
