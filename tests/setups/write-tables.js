// Writes the troubleshooting tables of the recipes anew.

import { mistakes as amplitude } from './amplitude.mistakes.js'
import { mistakes as aws } from './aws_iam_identity_center.mistakes.js'
import { Recipe } from './recipe.js'

new Recipe('amplitude.md').writeTable(amplitude)
new Recipe('aws-iam-identity-center.md').writeTable(aws)
