import { seeds } from '../tell.ts'

seeds(1, 10)
