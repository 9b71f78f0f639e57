# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# 1. Check memory metrics
npm run monitoring:memory-usage

# 2. Identify memory leaks
npm run monitoring:memory-leak-detection
