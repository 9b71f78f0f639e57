# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# 1. Executive summary
npm run report:incident-summary \
  --severity "SEV-1" \
  --impact "Revenue impact estimated at X%" \
  --resolution-time "45 minutes"

# 2. Post-incident report
npm run report:post-incident \
  --root-cause "Database connection pool exhaustion" \
  --preventive-measures "Added connection pooling and monitoring"
