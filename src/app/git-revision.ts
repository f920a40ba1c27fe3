import { UserError } from '../errors.ts'
import { git } from './child-process.ts'
import { textOf } from '#collect/folder.ts'
import { UNFOLLOWED_LINK } from '#snapshot/snapshot.ts'

/** The content at a path in a revision: a file's text, or the JSON files below a folder. */
export type AtRevision =
  | { readonly is: 'file'; readonly text: string }
  | { readonly is: 'folder'; readonly files: ReadonlyMap<string, string> }

/**
 * `REV:PATH`, as git writes it. A name that begins with a dash would be an option; no revision begins with a dot or a slash,
 * so `./NAME` is always a path here, whatever is in it.
 */
export function isRevision(name: string): boolean {
  const colon = name.indexOf(':')
  return colon > 1 && !/^[-./]/.test(name)
}

/** Whether git finds something at `REV:PATH`; where there is no git, there is nothing. */
export const knowsRevision = async (name: string): Promise<boolean> =>
  (await git(['cat-file', '-t', name]).catch(() => undefined)) !== undefined

/** Reads `REV:PATH` from the repository of the working directory. Nothing is checked out. */
export async function readRevision(name: string): Promise<AtRevision> {
  const type = (await git(['cat-file', '-t', name]))?.toString('utf8').trim()
  if (type === 'blob') return { is: 'file', text: textOf((await git(['cat-file', 'blob', name])) ?? Buffer.alloc(0)) }
  if (type === 'tree') return { is: 'folder', files: await filesBelow(name) }
  const path = name.slice(name.indexOf(':') + 1)
  throw new UserError(
    'input/not-found',
    `there is no file \`${name}\`, and git knows no \`${path}\` in the revision \`${name.slice(0, name.indexOf(':'))}\``,
    'write REV:PATH with the path from the top of the repository, or REV:./PATH; in CI fetch the revision first',
  )
}

interface Listed {
  readonly mode: string
  readonly id: string
  readonly path: string
}

/** Links and submodules stay unread, so that what they held counts as unknown and never as absent. */
async function filesBelow(name: string): Promise<ReadonlyMap<string, string>> {
  const listing = (await git(['ls-tree', '-r', '-z', name])) ?? Buffer.alloc(0)
  const entries = listing.toString('utf8').split('\0').flatMap(listed)
  const files = new Map<string, string>()
  for (const { mode, path } of entries)
    if (mode === '160000') files.set(`${path}/${UNFOLLOWED_LINK}`, '')
    else if (mode === '120000') files.set(path.endsWith('.json') ? path : `${path}/${UNFOLLOWED_LINK}`, '')
  const wanted = entries.filter(({ mode, path }) => mode.startsWith('100') && path.endsWith('.json'))
  const texts = textsOf(
    (await git(['cat-file', '--batch'], wanted.map(({ id }) => `${id}\n`).join(''))) ?? Buffer.alloc(0),
  )
  for (const [i, { path }] of wanted.entries()) files.set(path, texts[i] ?? '')
  return files
}

/** `mode type id\tpath` */
function listed(line: string): Listed[] {
  const tab = line.indexOf('\t')
  if (tab < 0) return []
  const [mode = '', , id = ''] = line.slice(0, tab).split(' ')
  return [{ mode, id, path: line.slice(tab + 1) }]
}

/** `id type size\n`, so many bytes, and a line end; again and again. */
function textsOf(batch: Buffer): readonly string[] {
  const texts: string[] = []
  for (let at = 0; at < batch.length; ) {
    const end = batch.indexOf('\n', at)
    if (end < 0) break
    const size = Number(batch.toString('utf8', at, end).split(' ')[2])
    if (!Number.isInteger(size)) break
    texts.push(textOf(batch.subarray(end + 1, end + 1 + size)))
    at = end + 1 + size + 1
  }
  return texts
}
