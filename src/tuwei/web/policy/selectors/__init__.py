"""Read facts, ladders, worksheets and the 清零 list, each through the door."""
