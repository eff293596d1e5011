/*
 * floor.c - the smallest static program: what starting anything costs
 *
 * Layer: benchmark; the floor that `luabox true` is held against.
 */

int main(void)
{
	return 0;
}
