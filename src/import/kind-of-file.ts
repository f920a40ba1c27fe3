import { isObject, listField, textField } from '#snapshot/fields.ts'
import type { ImportKind } from './imported.ts'

/** The kind that a file looks like, to name in a hint. What imports it is much larger, and seldom needed. */
export function kindOfFile(value: unknown): ImportKind | undefined {
  if (isAuthorizationDetails(value)) return 'authorization-details'
  if (!isObject(value)) return undefined
  const isTerraform =
    textField(value, 'terraform_version') !== undefined || listField(value, 'resource_changes') !== undefined
  if (isTerraform) return 'terraform'
  if (listField(value, 'Results') !== undefined || listField(value, 'configurationItems') !== undefined)
    return 'aws-config'
  return isObject(value['Resources']) ? 'cloudformation' : undefined
}

/** The output may come in pages. */
function isAuthorizationDetails(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return isObject(first) && listField(first, 'RoleDetailList') !== undefined
}
