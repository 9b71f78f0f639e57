# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Communication
npm run notify:incident
npm run status-page:update
