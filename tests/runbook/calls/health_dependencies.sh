# Word for word from the runbook of the salon booking system; only this line is ours.
# Test lightweight health check
curl -H "X-Correlation-Id: test-$(date +%s)" https://app.netlify.app/api/health

# Test comprehensive health check (requires JWT)
curl -H "Authorization: Bearer $JWT_TOKEN" \
     -H "X-Correlation-Id: test-$(date +%s)" \
     https://app.netlify.app/api/ready
