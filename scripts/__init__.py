"""What prepares and maintains a checkout; nothing here is part of the installed package."""
