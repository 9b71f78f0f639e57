# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Application Health
npm run health-check:full
npm run monitoring:status
npm run test:smoke
