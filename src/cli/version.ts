import { readFileSync } from 'node:fs'
import { dataVersions } from '#app/data-versions.ts'

/** Two folders above this file in the sources (src/cli) and in a build (dist/cli). */
const MANIFEST = new URL('../../package.json', import.meta.url)

/** The version, and what AWS data it knows and of which day: answers change with it. */
export function versionText(words: readonly string[]): string {
  const version = packageVersion()
  const data = dataVersions()
  const isJson = words.join(' ') === '--format json' || words.includes('--format=json')
  if (isJson) return `${JSON.stringify({ schemaVersion: 1, version, data }, null, 2)}\n`
  const { services, managedPolicies: managed } = data
  return [
    `denytrace ${version}`,
    `service data       ${services.source} ${services.version}, ${services.date}`,
    `managed policies   ${managed.source} ${managed.version}, ${managed.date}`,
    '',
  ].join('\n')
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { readonly version: string }
  return version
}
