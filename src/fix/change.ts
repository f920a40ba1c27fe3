import { requestAsTold, type ToldValues } from '#diagnose/evidence/chosen-values.ts'
import { UNKNOWN_POLICY_ARN } from '#engine/managed-policies.ts'
import { NOT_SEEN } from '#diagnose/evidence/likely-scenario.ts'
import { unwritableIn } from '#quote/hidden.ts'
import type { PolicyLayer } from '#iam/layers.ts'
import type { Scenario } from '#engine/scenario.ts'
import { parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import { additionRecipe, recipeOf } from './aws-cli.ts'
import type { PolicyLocation } from './policy-location.ts'
import { attachmentRecipe } from './script/attachment-recipe.ts'
import { cdkOf } from './cdk.ts'
import { cloudFormationOf } from './cloud-formation.ts'
import { asFile, editText, layoutOf, unifiedDiff } from './document-text.ts'
import { type DocumentEdit, type Edit, type Edited, whatEditsDo, type LostGuard } from './edit.ts'
import { CHANGE_SUBJECTS, type ChangeKind } from './change-kinds.ts'
import { fileNameOf } from '#quote/file-name.ts'
import type { TerraformEdit } from './hcl/rewrite.ts'
import { unknownPlaceholdersIn } from './unknown-placeholders.ts'
import type { EditedDocument } from './edited-document.ts'
import type { Operation } from './operation.ts'
import { lostDataGuards } from './edits/data-guards.ts'
import { ownerOf, withPermissionSet } from './owner.ts'
import { type Quota, quotaOf } from './quotas.ts'
import { terraformOf } from './terraform.ts'
import { permissionRecipe } from './lambda-permission.ts'
import { pastedCommands, type Recipe } from './script/recipe.ts'
import { type Versions, versionsOf } from './versions.ts'

/** A change of a fix (docs/json.md, "Fix"): which document, whose it is, before and after, and how to make it. */
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
   * Parts of the document that are not known. There is no complete document then: `before` and `after` are null, and the
   * patch is for the policy in force.
   */
  readonly leftOpen?: readonly string[]
  /** The change in words. */
  readonly does: string
  /** It puts back what changed since the policies of `--against`. */
  readonly putsBack?: true
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
  /** The principal, resource or level of the organization that the policy is attached to. */
  readonly on?: string
  readonly quota?: Quota
  readonly versions?: Versions
}

/** What is not known of a policy that was not read. */
export const OTHER_STATEMENTS = 'its other statements'

/** A change with what it is carried out with; `changeJson` leaves that out. */
export interface ChangeInHand extends Change {
  /** The document with its place; left out of what changes no document. */
  readonly editedDocument?: EditedDocument
  /** The new document in its own layout. */
  readonly text?: string
  /** How fix.sh makes it. */
  readonly recipe?: Recipe
  /** Conditions that protect data and that the change gives up or widens (R-ADV-04). */
  readonly losesGuards?: readonly LostGuard[]
}

/** The change as JSON has it. */
export function changeJson(change: ChangeInHand): Change {
  const { editedDocument: _made, text: _text, recipe: _recipe, losesGuards: _lost, ...json } = change
  return json
}

/** The change of a plan's edits on one document, as it is ranked and shown: what, where and whose, without texts to copy. */
export function changeOf(edited: Edited, scenarios: readonly Scenario[], tellable?: ToldValues): ChangeInHand {
  const [first] = edited.edits
  if (first === undefined) throw new Error('a change without an edit')
  const { operations: patch, before, after } = edited
  const change = { patch, before, after, does: whatEditsDo(edited.edits).join('; ') }
  switch (first.is) {
    case 'request':
      return {
        layer: first.layer,
        policy: CHANGE_SUBJECTS[first.kind] === 'time' ? 'time' : 'the request',
        owner: `whoever makes the call: ${scenarios[0]?.request.principal ?? 'the caller'}`,
        kind: first.kind,
        ...change,
        before: requestAsTold(before as Request, tellable),
        after: requestAsTold(after as Request, tellable),
        ...callsOf(edited.edits),
      }
    case 'attribute': {
      const recipe = first.recipe(before)
      return {
        layer: first.layer ?? 'service-guard',
        policy: first.resource,
        owner: `account ${first.owner ?? accountOf(first.resource, scenarios)}`,
        kind: first.kind,
        ...change,
        awsCli: pastedCommands(recipe),
        recipe,
      }
    }
    case 'document':
      return { ...documentChange(first, change, scenarios), ...losesOf(edited.edits) }
  }
}

function losesOf(edits: readonly Edit[]): Pick<ChangeInHand, 'losesGuards'> {
  const losesGuards = lostDataGuards(edits)
  return losesGuards.length === 0 ? {} : { losesGuards }
}

/** Where every edit of the request is an option of one call. */
function callsOf(edits: readonly Edit[]): Pick<Change, 'awsCli'> {
  const [call, ...more] = edits.map((edit) => (edit.is === 'request' ? edit.call : undefined))
  return call === undefined || more.length > 0 ? {} : { awsCli: call }
}

function documentChange(
  { location, kind, putsBack }: DocumentEdit,
  change: Pick<Change, 'patch' | 'before' | 'after' | 'does'>,
  scenarios: readonly Scenario[],
): ChangeInHand {
  if (location.attachment !== undefined) return attachmentChange(location, kind, change, scenarios)
  const leftOpen = location.isUnread === true ? [OTHER_STATEMENTS] : unknownPlaceholdersIn(change.before)
  const quota = quotaOf(location, change.after, scenarios)
  const versions = versionsOf(location, scenarios)
  return {
    layer: location.layer,
    policy: location.isUnread === true ? location.name.replace(` ${NOT_SEEN}`, '') : location.name,
    ...(location.arn === undefined ? {} : { policyArn: location.arn }),
    ...(location.where === undefined ? {} : { where: location.where }),
    owner: ownerOf(location, scenarios),
    kind,
    ...change,
    ...(putsBack === undefined ? {} : { putsBack }),
    ...(leftOpen.length === 0 ? {} : { before: null, after: null, leftOpen }),
    on: location.on,
    ...(location.file === undefined ? {} : { file: location.file }),
    ...(quota === undefined ? {} : { quota }),
    ...(versions === undefined ? {} : { versions }),
    editedDocument: { location: withPermissionSet(location, scenarios), before: change.before, after: change.after },
  }
}

/** The document stays as it is: it is attached or not. */
function attachmentChange(
  location: PolicyLocation,
  kind: ChangeKind,
  change: Pick<Change, 'patch' | 'before' | 'after' | 'does'>,
  scenarios: readonly Scenario[],
): ChangeInHand {
  return {
    layer: location.layer,
    policy: location.name,
    ...(location.arn === undefined ? {} : { policyArn: location.arn }),
    ...(location.where === undefined ? {} : { where: location.where }),
    owner: ownerOf(withoutArn(location), scenarios),
    kind,
    ...change,
    putsBack: true,
    on: location.on,
    ...carriedOutBy(attachmentRecipe(location)),
  }
}

/** What is attached may be AWS's own; whose the holder is, is who attaches it. */
function withoutArn(location: PolicyLocation): PolicyLocation {
  const { arn: _, ...rest } = location
  return rest
}

/** The change with its texts: diff, Terraform, CloudFormation, CDK, commands, and the new document in its own layout. */
export function withTexts(change: ChangeInHand): ChangeInHand {
  const { editedDocument, patch, versions, leftOpen } = change
  if (editedDocument === undefined) return change
  if (leftOpen !== undefined) return addedAlone(change, editedDocument)
  const { location } = editedDocument
  const textBefore = location.document === null ? '' : layoutOf(location.document)
  const text = editText(textBefore, patch)
  return { ...change, ...textsOf(editedDocument, textBefore, text, versions), text }
}

/** A document's edit as texts to copy: its diff, and how it is put in force by each tool that can. */
export function textsOf(
  edited: EditedDocument,
  textBefore: string,
  text: string,
  versions: Versions | undefined,
): Pick<ChangeInHand, 'diff' | 'terraform' | 'cloudFormation' | 'cdk' | 'awsCli' | 'recipe'> {
  const { name, arn, on } = edited.location
  return {
    diff: unifiedDiff(fileNameOf(name, arn, on), asFile(textBefore), asFile(text)),
    ...snippet('terraform', ofText(edited, '#', terraformOf(edited))),
    ...snippet('cloudFormation', ofText(edited, '#', cloudFormationOf(edited))),
    ...snippet('cdk', ofText(edited, '//', cdkOf(edited))),
    ...carriedOutBy(recipeOf(edited, versions)),
  }
}

/**
 * The change of a policy that is not known completely: a statement is added to whatever is in force (R-ADV-02). Lambda takes
 * the permissions of a function one by one.
 */
function addedAlone(change: ChangeInHand, editedDocument: EditedDocument): ChangeInHand {
  const { location } = editedDocument
  if (location.layer !== 'resource-policy' || location.kind !== 'function')
    return location.isUnread === true ? { ...change, ...carriedOutBy(additionRecipe(editedDocument)) } : change
  return {
    ...change,
    ...snippet('terraform', ofText(editedDocument, '#', terraformOf(editedDocument))),
    ...carriedOutBy(permissionRecipe(editedDocument.before, editedDocument.after, false)),
  }
}

const carriedOutBy = (recipe: Recipe | undefined): Pick<ChangeInHand, 'awsCli' | 'recipe'> =>
  recipe === undefined ? {} : { awsCli: pastedCommands(recipe), recipe }

const snippet = (name: 'terraform' | 'cloudFormation' | 'cdk', text: string | undefined): Partial<Change> =>
  text === undefined ? {} : { [name]: text }

/** A snippet; or, behind the mark of a comment, why a text of the policy or of a name cannot stand in one. */
function ofText({ location, after }: EditedDocument, mark: string, snippet: string | undefined): string | undefined {
  if (snippet === undefined) return undefined
  const why = unwritableIn([location.name, location.on, location.where ?? '', after])
  if (why !== undefined) return `${mark} Not written, for a name or a text of the policy cannot stand in it: ${why}.`
  const isName = location.isNameOfFile === true || location.arn === UNKNOWN_POLICY_ARN
  return isName ? `${mark} The name of the policy is that of a file: replace it first.\n${snippet}` : snippet
}

function accountOf(resource: string, scenarios: readonly Scenario[]): string {
  const account = parseArn(resource)?.account
  if (account !== undefined && account !== '') return account
  const listed = scenarios
    .map(({ request }) => request)
    .find((request) => String(request.resource).startsWith(resource))
  return listed?.resourceAccount ?? 'of the resource'
}
