import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonPin } from './install.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/** Writes the newest versions of the packages into package.json, package-lock.json and requirements.txt. */
export function pinNewest() {
  const manifest = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  const newest = Object.keys(manifest.dependencies).map((name) => `${name}@latest`)
  execFileSync('npm', ['install', '--ignore-scripts', '--save-exact', ...newest], {
    cwd: here,
    stdio: ['ignore', 2, 2],
  })
  const { name } = pythonPin()
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-facts-'))
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', name, '-d', folder]
    execFileSync('python3', args, { stdio: ['ignore', 2, 2] })
    const [wheel] = readdirSync(folder)
    const [, version] = wheel.split('-')
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, wheel)))
      .digest('hex')
    writeFileSync(join(here, 'requirements.txt'), `${name}==${version} --hash=sha256:${hash}\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
