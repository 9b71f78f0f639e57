# Word for word from the runbook of the salon booking system; only this line is ours.
# Monitor health endpoint
curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq '.status'

# Automated monitoring script
#!/bin/bash
HEALTH_URL="https://your-site.netlify.app/.netlify/functions/health"
RESPONSE=$(curl -s -w "%{http_code}" "$HEALTH_URL")
HTTP_CODE="${RESPONSE: -3}"
BODY="${RESPONSE%???}"

if [ "$HTTP_CODE" != "200" ]; then
  echo "âŒ Health check failed: HTTP $HTTP_CODE"
  echo "$BODY" | jq .
  # Send alert
  curl -X POST "$SLACK_WEBHOOK" \
    -d "{\"text\": \"ðŸš¨ Health check failed: HTTP $HTTP_CODE\"}"
else
  STATUS=$(echo "$BODY" | jq -r '.status')
  if [ "$STATUS" != "healthy" ]; then
    echo "âš ï¸ Health check warning: $STATUS"
    echo "$BODY" | jq '.checks'
  fi
fi
