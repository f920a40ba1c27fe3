import { isAccountId } from '#iam/arn.ts'
import { type Glob, globMatches } from '#iam/glob.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import type { ActionClass } from '#space/known-actions.ts'
import { isFormOf } from './action-form.ts'
import { textOf, type TypeForm, typesOf } from './type-forms.ts'

/**
 * An ARN of a type of the action that a pattern holds, put together from the pattern and the type; undefined: not seen at
 * once, which says nothing.
 */
export function typedArnIn(
  pattern: ResourcePattern,
  { service, first, form }: ActionClass,
  account: string | undefined,
): string | undefined {
  if (
    pattern.kind === 'never' ||
    (pattern.kind === 'arn' && (pattern.restGlob === undefined || pattern.ofApi === true))
  )
    return undefined
  const own = pattern.kind === 'arn' ? pattern : undefined
  for (const type of typesOf(service, first).forms) {
    const head = headIn(own?.head, type, account)
    if (head === undefined) continue
    for (const rest of restsIn(own?.restGlob, type)) {
      const isHeld = own?.restGlob === undefined || globMatches(own.restGlob, rest)
      const arn = `${head}:${rest}`
      if (isHeld && globMatches(type.rest, rest) && isFormOf(arn, form)) return arn
    }
  }
  return undefined
}

/** Any ARN that a pattern holds, whatever the types of the action; undefined: not seen at once. */
export function arnIn(pattern: ResourcePattern, { service, form }: ActionClass, account = ''): string | undefined {
  if (pattern.kind !== 'arn' || pattern.restGlob === undefined || pattern.ofApi === true) return undefined
  const usual = ['arn', 'aws', service, '', account]
  const head = pattern.head.map((glob, i) => (glob.kind === 'any' ? usual[i] : filled(glob)))
  const arn = `${head.join(':')}:${filled(pattern.restGlob)}`
  return isFormOf(arn, form) ? arn : undefined
}

function headIn(
  head: readonly Glob[] | undefined,
  { service, region, owner, hasRegion, hasAccount }: TypeForm,
  account: string | undefined,
): string | undefined {
  const usual = [
    'arn',
    'aws',
    service,
    hasRegion ? 'us-east-1' : region,
    hasAccount ? (account ?? '111122223333') : owner,
  ]
  if (head === undefined) return usual.join(':')
  for (let i = 0; i < usual.length; i++) {
    const [glob, text] = [head[i], usual[i] as string]
    if (glob === undefined || globMatches(glob, text)) continue
    const own = textOf(glob)
    if (own === undefined || !isSegmentOf(i, own, region, owner)) return undefined
    usual[i] = own
  }
  return usual.join(':')
}

/** Whether a type has this text in that place: any partition, and a Region or an account where it leaves them open. */
function isSegmentOf(segment: number, text: string, region: string, owner: string): boolean {
  if (segment === 1) return text.startsWith('aws')
  if (segment === 3) return text !== '' && region.includes('$')
  return segment === 4 && owner.includes('$') && isAccountId(text)
}

function restsIn(glob: Glob | undefined, { restText, filled: whole }: TypeForm): readonly string[] {
  if (glob === undefined || glob.kind === 'any') return [whole]
  const own = filled(glob)
  const wild = restText.indexOf('?*')
  return wild < 0 ? [own, whole] : [own, whole, restText.slice(0, wild) + own.slice(own.indexOf('/') + 1)]
}

const texts = new WeakMap<Glob, string>()

/** A text of the glob with something in place of its wildcards. */
function filled(glob: Glob): string {
  const known = texts.get(glob)
  if (known !== undefined) return known
  const made = filledText(glob)
  texts.set(glob, made)
  return made
}

function filledText(glob: Glob): string {
  switch (glob.kind) {
    case 'any':
      return 'x'
    case 'text':
      return glob.text
    case 'prefix':
      return `${glob.text}x`
    case 'pieces':
      return `${[glob.first, ...glob.middle].join('x')}x${glob.last}`
    case 'walk':
      return glob.codes.map((code) => (code < 0 ? 'x' : String.fromCharCode(code))).join('')
  }
}
