# Word for word from the runbook of the Mariia Hub platform; only this line is ours.
# Validate contact information
npm run contacts:verify

# Test communication channels
npm run communication:test
