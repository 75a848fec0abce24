import { seeds } from '../tell.ts'

seeds(21, 10)
