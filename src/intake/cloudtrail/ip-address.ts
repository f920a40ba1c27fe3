import { memoizeRecent } from '../memoize-recent.ts'

/** The kind of address in `sourceIPAddress`: of the public internet, of a private network, or none at all. */
export const addressKind = memoizeRecent((text: string): 'public' | 'private' | undefined => {
  const v4 = octetsOf(text)
  if (v4 !== undefined) return v4[0] === 0 ? undefined : isPrivateV4(v4) ? 'private' : 'public'
  if (!/^[0-9a-f:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?$/i.test(text) || !text.includes(':')) return undefined
  if (!isIpv6(text)) return undefined
  return /^(?:f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:|::1?$)/i.test(text) ? 'private' : 'public'
})

function octetsOf(text: string): readonly number[] | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined
  const octets = text.split('.').map(Number)
  return octets.every((octet) => octet <= 255) ? octets : undefined
}

/** RFC 1918, RFC 6598, link-local and loopback. */
function isPrivateV4([a = 0, b = 0]: readonly number[]): boolean {
  if (a === 10 || a === 127) return true
  if (a === 172) return b >= 16 && b <= 31
  if (a === 192) return b === 168
  if (a === 169) return b === 254
  return a === 100 && b >= 64 && b <= 127
}

function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const count = groups.length + (groups.at(-1)?.includes('.') === true ? 1 : 0)
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group) || group.includes('.'))) return false
  return halves.length === 2 ? count <= 7 : count === 8
}
