"""What every engine shares: errors, quantities, money, text, tables. No web, no database."""
