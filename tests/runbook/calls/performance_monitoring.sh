# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Real-time performance monitoring
npm run monitoring:realtime

# Performance baseline comparison
npm run monitoring:compare-baseline

# Set up performance alerts
npm run alerts:configure-performance
