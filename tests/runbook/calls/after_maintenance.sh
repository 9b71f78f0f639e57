# Word for word from the runbook of the salon booking system; only this line is ours.
HEALTH_STATUS=$(curl -s "https://your-site.netlify.app/.netlify/functions/health" | jq -r '.status')
if [ "$HEALTH_STATUS" != "healthy" ]; then
  echo "âŒ Health check failed after maintenance"
  exit 1
fi
