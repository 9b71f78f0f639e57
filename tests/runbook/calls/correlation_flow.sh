# Word for word from the runbook of the salon booking system; only this line is ours.
# Send request with known correlation ID
CORRELATION_ID="test-$(date +%s)"
curl -H "X-Correlation-Id: $CORRELATION_ID" \
     https://app.netlify.app/api/health
