# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Create custom alert
npm run alerts:create \
  --name "high-response-time" \
  --condition "response-time > 2000ms" \
  --duration "5m" \
  --severity "warning"

# Test alert
npm run alerts:test --name "high-response-time"
