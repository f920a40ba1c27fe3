import { UserError } from '../errors.ts'

/** Fault of a write into a folder, in the user's words; what is no fault of the disk stays as it is. */
export function notWritten(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error || error.code === 'ELOOP')) return error
  const code = String(error.code)
  const at = 'path' in error && typeof error.path === 'string' ? error.path : folder
  if (code === 'ELOOP')
    return new UserError(
      'output/not-written',
      `\`${at}\` is a symbolic link, and links are not followed`,
      'remove the link, or name the folder that it leads to',
    )
  return new UserError(
    'output/not-written',
    `\`${folder}\` cannot be written: ${code}`,
    code === 'ENOSPC' || code === 'EDQUOT' ? 'make room on the disk' : 'name a folder that you may write to',
  )
}
