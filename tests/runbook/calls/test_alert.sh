# Word for word from the runbook of the salon booking system; only this line is ours.
# Simulate test alert (requires JWT)
curl -X POST -H "Authorization: Bearer $JWT_TOKEN" \
     -H "Content-Type: application/json" \
     -d '{"severity": "medium"}' \
     https://app.netlify.app/api/test-alert
