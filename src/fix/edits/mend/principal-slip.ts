import { formatArn, parseArn } from '#iam/arn.ts'
import { compileGlob, globMatches } from '#iam/glob.ts'
import type { OwnAccounts } from './own-accounts.ts'
import { isNearAccount, type Mended } from './resource-slip.ts'

/**
 * The principal that was meant, where the one that is written can only be a slip for the caller: its account, partition,
 * path, letter case, a wildcard, a session in the place of the role. Undefined: it is somebody else.
 *
 * @param type `AWS`, `Federated` or `Service`
 * @param written an entry of `Principal`
 * @param wanted the caller, as a policy names it
 * @param own accounts that a digit may be wrong of: another one's access would move to a stranger
 */
export function mendedPrincipal(type: string, written: string, wanted: string, own: OwnAccounts): Mended | undefined {
  if (written === wanted || written === '*') return undefined
  const [named, got] = [parseArn(written), parseArn(wanted)]
  if (got === undefined) return serviceSlip(written, wanted)
  const found = (why: string): Mended => ({ text: wanted, why })
  if (named === undefined) return withoutAccount(written, wanted) ? found('lacks the account') : undefined
  if (/[*?]/.test(written))
    return globMatches(compileGlob(written), wanted)
      ? found('has a wildcard, which matches nobody inside a principal')
      : undefined
  const same = (part: Partial<typeof got>): boolean => formatArn({ ...named, ...part }) === wanted
  if (same({ partition: got.partition })) return found(`names partition ${named.partition}`)
  if (named.account === '' && same({ account: got.account })) return found('lacks the account')
  if (own.has(got.account) && isNearAccount(named.account, got.account) && same({ account: got.account }))
    return found(`has an account that is off by a digit: the caller is in ${got.account}`)
  if (written.toLowerCase() === wanted.toLowerCase()) return found('has other capitals than the caller')
  if (type === 'Federated' && named.account !== got.account && same({ account: got.account }))
    return found(`is a provider of account ${named.account}, and a role trusts those of its own account`)
  return type === 'Federated' ? providerSlip(named.resource, got.resource, found) : roleSlip(named, got, found)
}

type Arn = NonNullable<ReturnType<typeof parseArn>>
type Found = (why: string) => Mended

const withoutAccount = (written: string, wanted: string): boolean => {
  const parts = wanted.split(':')
  return written === [...parts.slice(0, 4), ...parts.slice(5)].join(':')
}

function providerSlip(written: string, wanted: string, found: Found): Mended | undefined {
  const bare = (text: string): string => text.replace(/^oidc-provider\/(?:https?:\/\/)?/, '').replace(/\/$/, '')
  const id = (text: string): string | undefined => /\/id\/([0-9A-Za-z]{8,64})$/.exec(text)?.[1]
  const isOfCluster = wanted.startsWith('oidc-provider/oidc.eks.') && id(written) !== undefined
  if (isOfCluster && id(written) === id(wanted) && !written.startsWith('oidc-provider/oidc.eks.'))
    return found(`is no provider of an EKS cluster: those are named ${bare(wanted)}`)
  return written.startsWith('oidc-provider/') && bare(written) === bare(wanted)
    ? found('is the address of the provider, and its name has neither `https://` nor a slash at the end')
    : undefined
}

/** The slip of a role named under another path, or of what stands for a role without being it. */
function roleSlip(own: Arn, got: Arn, found: Found): Mended | undefined {
  const [kind = '', name = ''] = own.resource.split('/')
  const last = own.resource.slice(own.resource.lastIndexOf('/') + 1)
  const [wantedKind] = got.resource.split('/')
  const wantedName = got.resource.slice(got.resource.lastIndexOf('/') + 1)
  if (own.account !== got.account || wantedName === '') return undefined
  if (kind === wantedKind && last === wantedName) return found(`has another path than ${got.resource}`)
  if (wantedKind !== 'role') return undefined
  if (own.service === 'sts' && kind === 'assumed-role' && name === wantedName)
    return found('is one session of the role, and the next has another name')
  return kind === 'instance-profile' && last === wantedName
    ? found('is the instance profile, which calls nobody; its role does')
    : undefined
}

const serviceSlip = (written: string, wanted: string): Mended | undefined =>
  wanted.endsWith('.amazonaws.com') && [`${written}.amazonaws.com`, written.toLowerCase()].includes(wanted)
    ? { text: wanted, why: `is no service principal; ${wanted} is` }
    : undefined
