import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { UserError } from '../errors.ts'

/** A file of the user's source: its path from the working directory, with `/`, its text, and where it was read. */
interface SourceText {
  readonly path: string
  readonly from: string
  readonly text: string
}

const MAX_FILES = 5000
const MAX_BYTES = 64 * 1024 * 1024
/** A file larger than this is no one's configuration. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

/**
 * A Terraform file with what stands beside it, or all of a folder: `.tf` files, and the `.json` files they may name. Links
 * are not followed, nor folders whose names begin with a dot. Paths lead from the working directory where the folder lies
 * below it, else from the folder.
 */
export function readSourceFiles(path: string): readonly SourceText[] {
  const found = statusOf(path)
  if (found === undefined)
    throw new UserError('input/not-found', `there is no file \`${path}\``, 'give a .tf file, or the folder of them')
  const folder = found.isDirectory() ? path : join(path, '..')
  const files = new Reading(folder, found.isDirectory()).all()
  const own = normalize(path)
  const kept = found.isDirectory() || files.some(({ from }) => normalize(from) === own)
  if (!kept || !files.some(({ from }) => from.endsWith('.tf')))
    throw new UserError('input/unreadable', `\`${path}\` holds no Terraform`, 'give a .tf file, or the folder of them')
  const base = isOutside(folder) ? '' : normalize(folder)
  return files.map(({ from, below, text }) => ({ path: join(base, below).split(sep).join('/'), from, text }))
}

/** Undefined: it is not there, or its links lead to nothing. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const isOutside = (folder: string): boolean => isAbsolute(folder) || normalize(folder).startsWith('..')

class Reading {
  private readonly files: { readonly from: string; readonly below: string; readonly text: string }[] = []
  private readonly folder: string
  private readonly deep: boolean
  private bytes = 0

  constructor(folder: string, deep: boolean) {
    this.folder = folder
    this.deep = deep
  }

  all(): typeof this.files {
    try {
      this.read('')
    } catch (error) {
      if (error instanceof UserError) throw error
      const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      throw new UserError('input/unreadable', `\`${this.folder}\` cannot be read: ${why}`, 'give a readable folder')
    }
    return this.files
  }

  private read(below: string): void {
    const entries = readdirSync(join(this.folder, below), { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(below, entry.name)
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      if (entry.isDirectory() && this.deep) this.read(path)
      else if (entry.isFile() && /\.(?:tf|json)$/.test(entry.name)) this.take(path)
    }
  }

  private take(below: string): void {
    const from = join(this.folder, below)
    const { size } = statSync(from)
    if (size > MAX_FILE_BYTES) return
    this.bytes += size
    if (this.files.length >= MAX_FILES || this.bytes > MAX_BYTES)
      throw new UserError(
        'input/too-large',
        `\`${this.folder}\` holds more than ${MAX_FILES} files or ${MAX_BYTES / 1024 / 1024} MB of Terraform`,
        'give the folder of the module that holds the policy',
      )
    this.files.push({ from, below, text: readFileSync(from, 'utf8') })
  }
}
