import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recipeOf } from '#fix/aws-cli.ts'
import { pastedCommands } from '#fix/script/recipe.ts'

/** The command that puts the policy of a queue, by its ARN. */
const command = (on: string): string | undefined => {
  const recipe = recipeOf({
    location: { layer: 'resource-policy', kind: 'queue', on, name: 'q' },
    before: {},
    after: {},
  } as never)
  return recipe === undefined ? undefined : pastedCommands(recipe)
}

test('the address of a queue has the host of its partition', () => {
  assert.match(
    command('arn:aws:sqs:eu-west-1:111122223333:q') ?? '',
    /https:\/\/sqs\.eu-west-1\.amazonaws\.com\/111122223333\/q /,
  )
  assert.match(
    command('arn:aws-cn:sqs:cn-north-1:111122223333:q') ?? '',
    /https:\/\/sqs\.cn-north-1\.amazonaws\.com\.cn\/111122223333\/q /,
  )
  assert.match(
    command('arn:aws-us-gov:sqs:us-gov-west-1:111122223333:q') ?? '',
    /https:\/\/sqs\.us-gov-west-1\.amazonaws\.com\/111122223333\/q /,
  )
})
