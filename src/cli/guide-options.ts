import { COMMON } from './command.ts'

/** Options of `guide`; its run reads the values by these names. */
export const GUIDE_OPTIONS = {
  interactive: { help: 'go through it together: authorization-denial, gcp-permission-denied or cors-fix' },
  snapshot: { ...COMMON.snapshot, help: 'with --interactive: the snapshot directory that was in force' },
  'expect-principal': COMMON['expect-principal'],
  url: { value: 'URL', help: 'with the topic cors: replay the preflight of a call to this URL' },
  origin: { value: 'ORIGIN', help: 'of the page that calls: https://app.example.com' },
  method: { value: 'METHOD', help: 'of the call: GET (default), PUT, …' },
  header: {
    value: 'NAME',
    many: true,
    help: 'a header that the script sets, or NAME: VALUE; may be given several times',
  },
  credentials: { help: 'the script sends cookies or other credentials' },
  answers: {
    value: 'FILE',
    help: 'hold recorded answers (curl -si: preflight, then request) against it; nothing is sent',
  },
  html: { value: 'DIR', help: 'write all pages as static HTML into a folder' },
  format: COMMON.format,
  debug: COMMON.debug,
  help: COMMON.help,
} as const
