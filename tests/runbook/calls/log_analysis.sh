# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Log Analysis
vercel logs --since=1h --filter=error
npm run logs:analyze
