# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
vercel logs --since=24h --filter=security
