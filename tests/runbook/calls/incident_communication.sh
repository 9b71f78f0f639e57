# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# 2. Initial notification
npm run notify:incident \
  --severity "SEV-1" \
  --description "Service degradation detected" \
  --impact "Users experiencing slow booking times"

# 3. Status updates (every 15 minutes)
npm run notify:status-update \
  --message "Investigation in progress, no ETA yet"

# 4. Resolution notification
npm run notify:resolution \
  --resolution "Deployed fix, monitoring for regression"
