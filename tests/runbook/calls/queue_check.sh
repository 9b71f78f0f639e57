# Word for word from the runbook of the salon booking system; only this line is ours.
# Check recent webhook failures
curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq '.checks.queue'

# Review webhook logs
netlify functions:logs --name=twilio-webhook
netlify functions:logs --name=stripe-webhook
