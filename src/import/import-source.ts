import { importAuthorizationDetails } from './authorization-details.ts'
import { importAwsConfig } from './aws-config.ts'
import { importCloudFormation } from './cloudformation/cloudformation.ts'
import { importIamCollect } from './iam-collect/iam-collect.ts'
import type { Imported, ImportKind, NotImported } from './imported.ts'
import type { ImportOptions } from './options.ts'
import { importTerraform } from './terraform/terraform.ts'
import { unusedParameter } from './unused-parameters.ts'

/** Source of an import: the parsed value of one file with its text, or the texts of a folder by path. */
export type ImportSource =
  | { readonly value: unknown; readonly text: string }
  | { readonly files: ReadonlyMap<string, string> }

/** Makes the files of a snapshot out of a source (docs/import.md). */
export function importSource(
  kind: ImportKind,
  source: ImportSource,
  options: ImportOptions = {},
): Imported | NotImported {
  if ('files' in source) {
    if (kind === 'iam-collect') return importIamCollect(source.files, options)
    return { problem: `\`${kind}\` is one file, and this is a folder`, hint: 'give the file' }
  }
  const takesParameters = kind === 'cloudformation' || kind === 'terraform'
  const unused = takesParameters ? undefined : unusedParameter(options.parameters?.keys() ?? [], [])
  if (unused !== undefined) return unused
  switch (kind) {
    case 'authorization-details':
      return importAuthorizationDetails(source.value, source.text, options)
    case 'aws-config':
      return importAwsConfig(source.value, options)
    case 'cloudformation':
      return importCloudFormation(source.value, options)
    case 'terraform':
      return importTerraform(source.value, options)
    case 'iam-collect':
      return { problem: '`iam-collect` is a folder, and this is a file', hint: 'give the folder that holds `aws/`' }
  }
}
