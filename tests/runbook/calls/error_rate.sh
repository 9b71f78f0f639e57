# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# 1. Check error logs
vercel logs --since=1h --filter=error

# 2. Identify error patterns
npm run monitoring:analyze-errors

# 3. Check specific endpoints
curl -I https://mariaborysevych.com/api/problematic-endpoint
