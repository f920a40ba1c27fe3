import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isFolder } from '#app/files.ts'
import { UserError } from '../errors.ts'

const NAME = /(?:^|\.)access\.test\.(?:ya?ml|json)$/
const NOT_ENTERED = new Set(['node_modules', '.git', 'dist', '.terraform'])
const MAX_FOLDERS = 20_000

/** The files to run: those named, those below a folder that is named, else `access.test.yaml` here, else standard input. */
export function testPaths(named: readonly string[], stdinIsTerminal: boolean): readonly string[] {
  if (named.length > 0) return named.flatMap((path) => (path !== '-' && isFolder(path) ? below(path) : [path]))
  const here = ['access.test.yaml', 'access.test.yml', 'access.test.json'].find((name) => existsSync(name))
  if (here !== undefined) return [here]
  if (!stdinIsTerminal) return ['-']
  throw new UserError(
    'usage/missing-operand',
    'there is no `access.test.yaml` here, and no file is named',
    'give a file of tests or a folder with some; docs/access-tests.md shows the form',
  )
}

function below(folder: string): readonly string[] {
  const found: string[] = []
  const open = [folder]
  for (let i = 0; i < open.length && i < MAX_FOLDERS; i++) {
    const here = open[i] ?? ''
    for (const entry of readdirSync(here, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(here, entry.name)
      if (entry.isDirectory() && !NOT_ENTERED.has(entry.name)) open.push(path)
      else if (entry.isFile() && NAME.test(entry.name)) found.push(path)
    }
  }
  if (found.length > 0) return found
  throw new UserError(
    'tests/none',
    `no file in \`${folder}\` holds access tests`,
    'their names end in `access.test.yaml`, `.yml` or `.json`',
  )
}
