/**
 * Regenerates the reference data (docs/reference-data.md): `npm run facts`.
 * `--check` writes nothing and fails where the files on disk are not what the pinned packages give.
 * `--newest` pins the newest versions of the packages first.
 */
import { installPinned } from './facts/install.mjs'
import { managedPolicyFiles } from './facts/managed-policy-files.mjs'
import { pinNewest } from './facts/pin-newest.mjs'
import { differences, secondSource } from './facts/second-source.mjs'
import { actionNames, serviceFiles } from './facts/service-files.mjs'
import { differing, writeFiles } from './facts/write.mjs'

if (process.argv.includes('--newest')) pinNewest()
const packages = installPinned()
const files = [
  ...serviceFiles(packages.iamData),
  ...managedPolicyFiles(packages.managedPolicies),
  differenceFile(packages),
]
const changed = differing(files)

if (process.argv.includes('--check')) {
  for (const path of changed) console.error(`${path} is not what the pinned packages give; run npm run facts`)
  process.exitCode = changed.length === 0 ? 0 : 1
} else {
  writeFiles(files)
  console.log(changed.length === 0 ? 'Reference data unchanged.' : `Written:\n  ${changed.join('\n  ')}`)
}

/** What the two readers of AWS's reference disagree on, kept so that a person reads each new disagreement. */
function differenceFile({ iamData, iamFloyd }) {
  const { onlyFirst, onlySecond } = differences(actionNames(iamData), secondSource(iamFloyd))
  const from = (source) => `${source.name}@${source.version}`
  const value = { first: from(iamData), second: from(iamFloyd), onlyFirst, onlySecond }
  return { path: 'scripts/facts/differences.json', text: `${JSON.stringify(value, null, 2)}\n` }
}
