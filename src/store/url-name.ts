/**
 * A store's URL for messages. Of one that can be read the password and all settings are left out; of one that cannot, everything
 * between its scheme and its last `@`, wherever that stands: nobody can say which part of it was meant as a password.
 */
export function withoutSecrets(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]{0,30}:\/{0,2})(.*)$/is.exec(url) ?? ['', '', url]
  const at = rest.lastIndexOf('@')
  const known = URL.canParse(url) && at >= 0 && scheme.endsWith('//') ? new URL(url) : undefined
  const isPlain = known !== undefined && !/[@/?#]/.test(rest.slice(0, at))
  const user = isPlain && known.username !== '' ? `${known.username}@` : at < 0 ? '' : '…@'
  return `${scheme}${user}${rest.slice(at + 1).replace(/[?#].*$/s, '')}`
}
