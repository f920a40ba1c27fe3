/** Parts of a caller's ARN that are compared when a job runs as somebody else: account, role without its path, session. */
export function partsOf(arn: string | null): ReadonlyMap<string, string> {
  const [scheme, , service, , account = '', ...rest] = (arn ?? '').split(':')
  const path = rest.join(':').split('/')
  const [kind = ''] = path
  if (scheme !== 'arn' || account === '') return new Map(arn === null ? [] : [['caller', arn]])
  const of = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
    value === undefined || value === '' ? [] : [[name, value]]
  const who =
    service === 'sts' && kind === 'assumed-role'
      ? [...of('role', path[1]), ...of('session', path.slice(2).join('/'))]
      : of(kind, path.length > 1 ? path.at(-1) : kind)
  return new Map([['account', account], ...who])
}
