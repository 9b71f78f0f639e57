# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Check email delivery
npm run test:email:delivery

# Review email logs
npm run logs:email-service

# Test email configuration
npm run test:email:config
