import { unwritableIn } from '#quote/hidden.ts'
import type { PolicyLayer } from '#engine/decision.ts'
import type { Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import { lazy } from '#iam/lazy.ts'
import { recipeOf } from './aws-cli.ts'
import { cdkOf } from './cdk.ts'
import { cloudFormationOf } from './cloud-formation.ts'
import { asFile, editText, layoutOf, unifiedDiff } from './document-text.ts'
import type { ChangeKind, DocumentEdit, Edited } from './edit.ts'
import { fileNameOf } from './file-name.ts'
import type { TerraformEdit } from './hcl/rewrite.ts'
import { leftOpenIn } from './left-open.ts'
import type { Made } from './made.ts'
import type { Operation } from './operation.ts'
import { ownerOf } from './owner.ts'
import { type Quota, quotaOf } from './quotas.ts'
import { terraformOf } from './terraform.ts'
import { permissionRecipe } from './lambda-permission.ts'
import { pastedCommands, type Recipe } from './script/recipe.ts'
import { type Versions, versionsOf } from './versions.ts'

/** One change of a fix (docs/json.md, "Fix"): which document, whose it is, before and after, and how to make it. */
export interface Change {
  readonly layer: PolicyLayer
  /** Name of the policy; of a request what is changed about it. */
  readonly policy: string
  readonly policyArn?: string
  readonly where?: string
  readonly owner: string
  readonly kind: ChangeKind
  /** RFC 6902, on the policy document, the attributes of the resource, or the request. */
  readonly patch: readonly Operation[]
  readonly before: unknown
  readonly after: unknown
  /**
   * What the snapshot does not tell of the document. There is no document to put in force then: `before` and `after` are
   * null, and the patch is to be made in the policy as it stands.
   */
  readonly leftOpen?: readonly string[]
  /** What it does, in words. */
  readonly does: string
  /** The file of the snapshot or scenario that the document was read from. */
  readonly file?: string
  /** Unified, in the document's own layout. */
  readonly diff?: string
  readonly terraform?: string
  /** Where it is made in the Terraform that was given, or why it is not. */
  readonly terraformEdit?: TerraformEdit
  readonly terraformNote?: string
  readonly cloudFormation?: string
  readonly cdk?: string
  readonly awsCli?: string
  /** What the policy is attached to: a principal, a resource, a level of the organization. */
  readonly on?: string
  /** The new document in its own layout. Left out of JSON, which has `after`. */
  readonly text?: string
  /** The document with its place. Left out of JSON. */
  readonly made?: Made
  /** How fix.sh makes it. Left out of JSON. */
  readonly recipe?: Recipe
  readonly quota?: Quota
  readonly versions?: Versions
}

/** What a plan's edits come to on one document, as a person carries it out. */
export function changeOf(edited: Edited, scenarios: readonly Scenario[]): Change {
  const [first] = edited.edits
  if (first === undefined) throw new Error('a change without an edit')
  const { operations: patch, before, after } = edited
  const made = { patch, before, after, does: edited.edits.map((edit) => edit.does).join('; ') }
  switch (first.is) {
    case 'request':
      return {
        layer: first.layer,
        policy: first.kind === 'wait' ? 'time' : 'the request',
        owner: `whoever makes the call: ${scenarios[0]?.request.principal ?? 'the caller'}`,
        kind: first.kind,
        ...made,
      }
    case 'attribute': {
      const recipe = first.recipe(before)
      const change: Change = {
        layer: 'service-guard',
        policy: first.resource,
        owner: `account ${first.owner ?? accountOf(first.resource, scenarios)}`,
        kind: first.kind,
        ...made,
        awsCli: pastedCommands(recipe),
      }
      return Object.defineProperty(change, 'recipe', { enumerable: false, value: recipe })
    }
    case 'document':
      return documentChange(first, made, scenarios)
  }
}

function documentChange(
  { place, kind }: DocumentEdit,
  made: Pick<Change, 'patch' | 'before' | 'after' | 'does'>,
  scenarios: readonly Scenario[],
): Change {
  const leftOpen = leftOpenIn(made.before)
  const quota = quotaOf(place, made.after, scenarios)
  const versions = versionsOf(place, scenarios)
  const change: Change = {
    layer: place.layer,
    policy: place.name,
    ...(place.arn === undefined ? {} : { policyArn: place.arn }),
    ...(place.where === undefined ? {} : { where: place.where }),
    owner: ownerOf(place, scenarios),
    kind,
    ...made,
    ...(leftOpen.length === 0 ? {} : { before: null, after: null, leftOpen }),
    on: place.on,
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(quota === undefined ? {} : { quota }),
    ...(versions === undefined ? {} : { versions }),
  }
  const document = { place, before: made.before, after: made.after }
  Object.defineProperty(change, 'made', { enumerable: false, value: document })
  if (leftOpen.length > 0) return addedAlone(change, document)
  const textBefore = lazy(() => (place.document === null ? '' : layoutOf(place.document)))
  const text = lazy(() => editText(textBefore(), made.patch))
  Object.defineProperty(change, 'text', { enumerable: false, get: text })
  const recipe = lazy(() => recipeOf(document, versions))
  Object.defineProperty(change, 'recipe', { enumerable: false, get: recipe })
  return written(change, {
    diff: () => unifiedDiff(fileNameOf(place.name, place.arn, place.on), asFile(textBefore()), asFile(text())),
    terraform: () => ofText(document, '#', terraformOf(document)),
    cloudFormation: () => ofText(document, '#', cloudFormationOf(document)),
    cdk: () => ofText(document, '//', cdkOf(document)),
    awsCli: () => commandsOf(recipe()),
  })
}

/** The permissions of a Lambda function are put one by one: what is there already need not be known. */
function addedAlone(change: Change, document: Made): Change {
  if (document.place.layer !== 'resource-policy' || document.place.kind !== 'function') return change
  const recipe = lazy(() => permissionRecipe(document.before, document.after, false))
  Object.defineProperty(change, 'recipe', { enumerable: false, get: recipe })
  return written(change, {
    terraform: () => ofText(document, '#', terraformOf(document)),
    awsCli: () => commandsOf(recipe()),
  })
}

const commandsOf = (recipe: Recipe | undefined): string | undefined =>
  recipe === undefined ? undefined : pastedCommands(recipe)

/** A snippet; or, behind the mark of a comment, why a text of the policy or of a name cannot stand in one. */
function ofText({ place, after }: Made, mark: string, snippet: string | undefined): string | undefined {
  const why = snippet === undefined ? undefined : unwritableIn([place.name, place.on, place.where ?? '', after])
  return why === undefined
    ? snippet
    : `${mark} Not written, for a name or a text of the policy cannot stand in it: ${why}.`
}

/** Adds texts that are written when somebody first asks: of most fixes nobody reads them. */
function written(change: Change, texts: Readonly<Record<string, () => string | undefined>>): Change {
  for (const [name, write] of Object.entries(texts))
    Object.defineProperty(change, name, { enumerable: true, get: lazy(write) })
  return change
}

function accountOf(resource: string, scenarios: readonly Scenario[]): string {
  const account = parseArn(resource)?.account
  if (account !== undefined && account !== '') return account
  const listed = scenarios.map(({ request }) => request).find((one) => String(one.resource).startsWith(resource))
  return listed?.resourceAccount ?? 'of the resource'
}
