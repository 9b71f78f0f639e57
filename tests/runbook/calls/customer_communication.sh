# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# 1. Update status page
npm run status-page:update \
  --status "degraded" \
  --message "We're experiencing issues with booking system"

# 2. Send customer notification
npm run notify:customers \
  --type "email" \
  --subject "Service Status Update" \
  --message "We're working to resolve the issue"
