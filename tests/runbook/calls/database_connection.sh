# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
npm run test:db:connection
